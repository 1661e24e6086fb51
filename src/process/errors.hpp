// What process scope throws: std::system_error that says what was tried, on which object, and what to do.
#pragma once

#include <string>
#include <system_error>

namespace signalbox::process::detail {

/// `text` goes on behind the name of the object: "signalbox: 'name' TEXT".
[[noreturn]] inline void fail(std::error_code code, const std::string& name, const std::string& text)
{
    throw std::system_error(
        code,
        "signalbox: " + (name.empty() ? std::string("anonymous object") : "'" + name + "'") + " " + text);
}

[[noreturn]] inline void fail(std::errc code, const std::string& name, const std::string& text)
{
    fail(std::make_error_code(code), name, text);
}

/// `result` is a negative errno.
[[noreturn]] inline void fail_with(int result, const std::string& name, const std::string& text)
{
    fail(std::error_code(-result, std::generic_category()), name, text);
}

[[noreturn]] inline void fail_corrupt(const std::string& name)
{
    fail(std::errc::state_not_recoverable, name,
         "is damaged: its ledger contradicts itself; remove it and create it anew");
}

[[noreturn]] inline void fail_removed(const std::string& name)
{
    fail(std::errc::identifier_removed, name, "was removed while it was in use; open or create it anew");
}

}  // namespace signalbox::process::detail
