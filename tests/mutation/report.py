"""What a run found: how many mutants of each class each killer killed, and every survivor with its reason."""
import json
import re

import mutants

KILLERS = ("compiler", "core", "simulated", "contract", "thread")

# How the compiler kills; any other error shows that the table is wrong.
SAID_BY_THE_CODE = "static assertion|not a constant expression|right operand of shift"


def read(output, known):
    """What earlier runs found of these mutants: {name: result}."""
    file = output / "results.json"
    results = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return {m.name: results[m.name] for m in known if m.name in results}


def save(output, results):
    """Keeps {name: result} for read(); whoever interrupts this finds what was there before."""
    output.mkdir(parents=True, exist_ok=True)
    half_done = output / "results.json.new"
    half_done.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    half_done.replace(output / "results.json")


def reasons(path):
    """{name: reason} of the lines "- `name`, `name`: reason" of equivalent.md."""
    text = re.sub(r"\n  +", " ", path.read_text(encoding="utf-8"))
    found = {}
    for names, why in re.findall(r"^- ((?:`[^`]+`(?:, )?)+): (\S.*)$", text, re.M):
        found |= {name: why for name in re.findall(r"`([^`]+)`", names)}
    return found


def table(known, results, why):
    lines = [columns("class", "killed", "equivalent", "not explained", "of", *(f"by {k}" for k in KILLERS)),
             "|---" * (len(KILLERS) + 5) + "|"]
    for kind in (*mutants.CLASSES, "all"):
        mine = [r for r in results if kind in (r["class"], "all")]
        killed = [r for r in mine if r["killed"]]
        all_names = {m.name for m in known if kind in (m.kind, "all")}
        equivalent = len(all_names & why.keys() - {r["name"] for r in killed})
        by = [sum(r["by"] == name for r in killed) for name in KILLERS]
        lines.append(columns(kind, len(killed), equivalent, len(all_names) - len(killed) - equivalent,
                             len(all_names), *by))
    return lines


def columns(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def write(output, known, results, baseline, seconds, equivalent):
    """Writes results.md. Returns the exit status."""
    results.sort(key=lambda r: [m.name for m in known].index(r["name"]))
    why = reasons(equivalent)
    survivors = [r for r in results if not r["killed"]]
    killed = {r["name"] for r in results if r["killed"]}
    explained = [m.name for m in known if m.name in why and m.name not in killed]
    unexplained = [r for r in survivors if r["name"] not in why]
    broken = [r for r in results if r["by"] == "compiler" and not re.search(SAID_BY_THE_CODE, r["how"])]
    not_equivalent = [r for r in results if r["killed"] and r["name"] in why]
    unknown = sorted(set(why) - {m.name for m in known})
    untried = [m.name for m in known if m.name not in {r["name"] for r in results} | why.keys()]

    left_out = [test for _, _, tests in baseline for test in tests]

    def section(title, rows):
        return ["", f"## {title} ({len(rows)})", "", *rows] if rows else []

    lines = ["# Mutants", "", f"{len(killed)} of {len(known)} killed, {len(explained)} equivalent, "
             f"{len(unexplained)} not explained, {len(untried)} not tried; "
             f"the last run took {seconds / 60:.0f} minutes.", "",
             *table(known, results, why), "",
             "Without a mutant: " + ", ".join(f"{name} {took:.1f} s" for name, took, _ in baseline) + ".",
             *section("Tests that fail without a mutant, and were left out", [f"- `{t}`" for t in left_out]),
             *section("Survivors that nobody explains", [row(r) for r in unexplained]),
             *section("Do not compile: the table is wrong", [f"- `{r['name']}`: {r['how']}" for r in broken]),
             *section("Killed, though listed as equivalent", [killed_row(r) for r in not_equivalent]),
             *section("Listed as equivalent, but unknown", [f"- `{name}`" for name in unknown]),
             *section("Not tried", [f"- `{name}`" for name in untried]),
             *section("Equivalent", [f"- `{name}`: {why[name]}" for name in explained]),
             *section("Killed", [killed_row(r) for r in results if r["killed"]])]
    (output / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines[2:2 + 4 + len(mutants.CLASSES) + 3]))
    for title, rows in (("not explained", unexplained), ("does not compile", broken),
                        ("not equivalent", not_equivalent)):
        for r in rows:
            print(f"{title}: {r['name']} {r['how']}")
    for test in left_out:
        print(f"fails without a mutant: {test}")
    for name in unknown:
        print(f"equivalent.md names no mutant: {name}")
    if untried:
        print(f"not tried: {len(untried)}")
    return 2 if broken or unknown or left_out else 1 if unexplained or untried else 0


def row(result):
    slow = f" ({', '.join(result['undecided'])} did not end in time)" if result["undecided"] else ""
    return f"- `{result['name']}`{slow}"


def killed_row(result):
    return f"- `{result['name']}`: {result['by']}, {result['how']}"
