// `signalbox completion`: scripts for bash, zsh and fish, made of the subcommands' descriptions.
//
// Checked by   tests/tool/completion_test.py
#include <memory>

#include <fmt/core.h>

#include "failure.hpp"
#include "help.hpp"

namespace signalbox::tool {
namespace {

struct completion_options {
    std::string shell;
};

constexpr const char* bash_script = R"(# Completion of signalbox for bash.
_signalbox() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} options='' i file
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W '{0} --help --version' -- "$word")
    return
  fi
  case ${{COMP_WORDS[1]}} in
    run | lock | wrap)
      for ((i = 2; i < COMP_CWORD; i++)); do
        if [ "${{COMP_WORDS[i]}}" = -- ]; then
          compopt -o filenames 2> /dev/null
          mapfile -t COMPREPLY < <(
            [ $((i + 1)) -ne "$COMP_CWORD" ] || compgen -c -- "$word"
            compgen -f -- "$word")
          return
        fi
      done ;;
  esac
  case ${{COMP_WORDS[1]}} in
{1}  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
  elif [ "${{COMP_WORDS[1]}}" = help ]; then
    mapfile -t COMPREPLY < <(compgen -W '{0}' -- "$word")
  elif [ "${{COMP_WORDS[1]}}" = completion ]; then
    mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$word")
  elif [ "${{COMP_WORDS[1]}}" = wrap ]; then
    compopt -o filenames 2> /dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  else
    for file in "${{SIGNALBOX_DIR:-/dev/shm}}"/signalbox."$word"*; do
      [ ! -e "$file" ] || COMPREPLY+=("${{file##*/signalbox.}}")
    done
  fi
}}
complete -F _signalbox signalbox
)";

constexpr const char* zsh_script = R"(#compdef signalbox
# Completion of signalbox for zsh.
_signalbox() {{
  local -a subcommands forms names  # not `commands` or `options`, which are the shell's
  subcommands=({0})
  if (( CURRENT == 2 )); then
    _describe command subcommands
    compadd -- --help --version
    return
  fi
  local dashes=${{words[(i)--]}}
  if [[ $words[2] == (run|lock|wrap) ]] && (( dashes < CURRENT )); then
    shift $dashes words
    (( CURRENT -= dashes ))
    _normal
    return
  fi
  case $words[2] in
{1}  esac
  if [[ $words[CURRENT] == -* ]]; then
    compadd -- $forms
  elif [[ $words[2] == completion ]]; then
    compadd bash zsh fish
  elif [[ $words[2] == help ]]; then
    _describe command subcommands
  elif [[ $words[2] == wrap ]]; then
    _files
  else
    names=(${{SIGNALBOX_DIR:-/dev/shm}}/signalbox.*(N:t))
    compadd -- ${{names#signalbox.}}
  fi
}}
compdef _signalbox signalbox
)";

std::string long_forms(const option_list& options, const char* separator)
{
    std::string all = "--help";
    for (const option& each : options.all()) {
        if (each.how == taking::flag || each.how == taking::value) {
            for (const char letter : separator + each.names) {
                all += letter == ',' ? ' ' : letter;
            }
        }
    }
    return all;
}

std::string scripted(const char* script, bool is_zsh)
{
    std::string names;
    std::string cases;
    for (const command* each : all_commands()) {
        option_list options;
        static_cast<void>(each->declare(options));
        names += names.empty() ? "" : " ";
        names += is_zsh ? fmt::format("'{}:{}'", each->name, each->summary) : std::string{each->name};
        cases += is_zsh ? fmt::format("    {}) forms=({}) ;;\n", each->name, long_forms(options, " "))
                        : fmt::format("    {}) options='{}' ;;\n", each->name, long_forms(options, " "));
    }
    return fmt::format(fmt::runtime(script), names, cases);
}

std::string fish_option(const command& which, const option& each)
{
    std::string line = fmt::format("complete -c signalbox -n '__signalbox_in {}'", which.name);
    const std::size_t comma = each.names.find(',');
    if (comma != std::string::npos) {
        line += fmt::format(" -s {} -l {}", each.names.substr(1, comma - 1), each.names.substr(comma + 3));
    } else {
        line += fmt::format(" -l {}", each.names.substr(2));
    }
    std::string help = each.help;
    for (std::size_t at = 0; (at = help.find('\'', at)) != std::string::npos; at += 2) {
        help.insert(at, "\\");
    }
    return line + fmt::format("{} -d '{}'\n", each.how == taking::value ? " -x" : "", help);
}

constexpr const char* fish_beginning = R"(# Completion of signalbox for fish.
function __signalbox_names
    set -l folder /dev/shm
    test -z "$SIGNALBOX_DIR"; or set folder $SIGNALBOX_DIR
    for file in $folder/signalbox.*
        string replace -r '.*/signalbox\.' '' -- $file
    end
end
function __signalbox_behind
    contains -- -- (commandline -opc); and __fish_seen_subcommand_from run lock wrap
end
function __signalbox_in
    not __signalbox_behind; and __fish_seen_subcommand_from $argv
end
function __signalbox_command
    set -l words (commandline -opc)
    set -e words[1..(contains -i -- -- $words)]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end
complete -c signalbox -f
complete -c signalbox -n __signalbox_behind -a '(__signalbox_command)'
complete -c signalbox -n __fish_use_subcommand -l help -d 'shows all subcommands'
complete -c signalbox -n __fish_use_subcommand -l version -d 'says which version this is'
)";

std::string fish_script()
{
    std::string text = fish_beginning;
    std::string named;
    for (const command* each : all_commands()) {
        text += fmt::format("complete -c signalbox -n __fish_use_subcommand -a {} -d '{}'\n", each->name,
                            each->summary);
        option_list options;
        static_cast<void>(each->declare(options));
        for (const option& one : options.all()) {
            if (one.how == taking::flag || one.how == taking::value) {
                text += fish_option(*each, one);
            } else if (one.names == "NAME") {
                named += std::string{" "} + each->name;
            }
        }
    }
    return text + fmt::format("complete -c signalbox -n '__signalbox_in{}' -a '(__signalbox_names)'\n"
                              "complete -c signalbox -n '__signalbox_in wrap' -F\n"
                              "complete -c signalbox -n '__signalbox_in completion' -a 'bash zsh fish'\n",
                              named);
}

action declare(option_list& options)
{
    const auto chosen = std::make_shared<completion_options>();
    options.positional("SHELL", "bash, zsh or fish", chosen->shell);
    return [chosen](const command_line&) {
        if (chosen->shell == "bash") {
            print(scripted(bash_script, false));
        } else if (chosen->shell == "zsh") {
            print(scripted(zsh_script, true));
        } else if (chosen->shell == "fish") {
            print(fish_script());
        } else {
            throw failure{usage,
                          fmt::format("there is no completion for '{}'; there is one for bash, zsh and fish",
                                      chosen->shell)};
        }
        return 0;
    };
}

}  // namespace

const command completion_command{
    .name = "completion",
    .synopsis = "SHELL",
    .summary = "a script that completes signalbox in bash, zsh or fish",
    .description =
        "Writes the script; `make install` puts it where the shells look. For one session: `source "
        "<(signalbox completion bash)`, or `signalbox completion fish | source`.",
    .executes = false,
    .declare = declare};

}  // namespace signalbox::tool
