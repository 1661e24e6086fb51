// `signalbox ls`: every object, a line each.
#include <algorithm>
#include <memory>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "failure.hpp"
#include "linux/processes.hpp"
#include "objects.hpp"
#include "text.hpp"

namespace signalbox::tool {
namespace {

using json = nlohmann::ordered_json;
using process::object_info;

struct ls_options {
    std::string columns;
    bool is_json = false;
};

struct column {
    const char* name;
    bool is_number;
    json (*value)(const object_info&);
};

const std::vector<column>& all_columns()
{
    static const std::vector<column> all{
        {"name", false, [](const object_info& it) { return json(it.name); }},
        {"kind", false, [](const object_info& it) { return json(name_of(it.kind)); }},
        {"capacity", true, [](const object_info& it) { return json(it.capacity); }},
        {"free", true, [](const object_info& it) { return json(it.free); }},
        {"held", true, [](const object_info& it) { return json(it.held); }},
        {"out", true, [](const object_info& it) { return json(it.out); }},
        {"waiting", true, [](const object_info& it) { return json(it.waiting); }},
        {"users", true, [](const object_info& it) { return json(count_users(it, true)); }},
        {"dead", true, [](const object_info& it) { return json(count_users(it, false)); }},
        {"state", false, [](const object_info& it) { return json(state_of(it)); }},
        {"mode", false, [](const object_info& it) { return json(fmt::format("{:04o}", it.mode)); }},
        {"label", false, [](const object_info& it) { return json(visible(it.label)); }},
    };
    return all;
}

constexpr const char* usual_columns = "name,kind,capacity,free,held,out,waiting,users,dead,state";

std::vector<column> columns_of(const std::string& text)
{
    std::vector<column> chosen;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const std::string name = text.substr(at, end - at);
        const auto found = std::find_if(all_columns().begin(), all_columns().end(),
                                        [&](const column& each) { return name == each.name; });
        if (found == all_columns().end()) {
            throw failure{usage, fmt::format("--columns: there is no column '{}'; there are {},mode,label",
                                             name, usual_columns)};
        }
        chosen.push_back(*found);
        at = end + 1;
    }
    return chosen;
}

std::string cell(const column& which, const object_info& object)
{
    const json value = which.value(object);
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string table_of(const std::vector<object_info>& objects, const std::vector<column>& columns)
{
    std::vector<std::vector<std::string>> rows(objects.size() + 1);
    std::vector<std::size_t> widths(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        std::string head = columns[i].name;
        std::transform(head.begin(), head.end(), head.begin(),
                       [](char each) { return static_cast<char>(each - 'a' + 'A'); });
        rows[0].push_back(head);
        for (std::size_t k = 0; k < objects.size(); ++k) {
            rows[k + 1].push_back(cell(columns[i], objects[k]));
        }
        for (const auto& row : rows) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    const bool is_coloured = wants_colours();
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            line += i > 0 ? "  " : "";
            line += columns[i].is_number ? fmt::format("{:>{}}", row[i], widths[i])
                                         : fmt::format("{:<{}}", row[i], widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += is_coloured && &row == rows.data() ? "\x1b[1m" + line + "\x1b[0m\n" : line + "\n";
    }
    return text;
}

std::string json_of(const std::vector<object_info>& objects)
{
    json all = json::array();
    for (const object_info& object : objects) {
        json one;
        for (const column& each : all_columns()) {
            one[each.name] = each.value(object);
        }
        all.push_back(std::move(one));
    }
    return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

action declare(option_list& options)
{
    const auto chosen = std::make_shared<ls_options>();
    options.flag("--json", "as JSON, with all columns", chosen->is_json);
    options.value("-o,--columns", "COLUMNS",
                  std::string{"which, with commas between them: "} + usual_columns + ",mode,label",
                  chosen->columns);
    return [chosen](const command_line&) {
        const auto columns = columns_of(chosen->columns.empty() ? usual_columns : chosen->columns);
        const auto objects = process::list();
        print(chosen->is_json ? json_of(objects) : table_of(objects, columns));
        return 0;
    };
}

}  // namespace

const command ls_command{
    .name = "ls",
    .synopsis = "[--json] [-o COLUMNS]",
    .summary = "all semaphores, mutexes and events",
    .description =
        "A line for each object that this user can read: how many permits there are, how many of them are "
        "free, held by processes, and out, which nobody holds; how many threads wait; how many living "
        "processes use it, and how many are dead. What the dead hold comes back when somebody uses "
        "the object.",
    .executes = false,
    .declare = declare};

}  // namespace signalbox::tool
