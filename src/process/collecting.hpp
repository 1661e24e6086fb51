// How the name of a shared object goes away: removed under its users, or collected once it has none.
//
// Beside the byte of each participant a file has one more, for its name.
//
// Invariant 1  Whoever takes a name away holds the name's byte of that very file, and has seen since then
//              that the name still leads to it. A remover is also one of its participants; a collector
//              holds the bytes of all participants, so that there are none alive.
// Invariant 2  Who opens an object and finds, once it is a participant, that the file has no name, lets go
//              and begins anew. Who makes one is a participant before the file has its name.
// Because      By Invariant 1 a name leads to the same file from the look to the unlink: so nobody takes away
//              the name of a newer object. By Invariant 2 somebody who is about to open an object has locked
//              a byte before the collector comes, and then it is not collected; or comes after the collector,
//              and then it is as if the object had been gone before. Who finds all bytes locked while a
//              collector looks tries again.
// Crash        The kernel drops the locks. A name is there, or is gone.
// Checked by   tests/process/objects_test.cpp, tests/crash/objects_test.cpp
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "process/attachment.hpp"

namespace signalbox::process::detail {

/// Attaches to the file at that path; null if it can't be opened: `error` is the negative errno.
attachment* attach_named(const std::string& path, const std::string& name, object_kind kind,
                         const char* label, int& error);

/// Takes the name away if it leads to this object. A negative errno; -ENOENT: it did not.
int remove_name(const attachment& object, const std::string& path) noexcept;

/// Takes away the name of each sound object that nobody uses and for which `is_wanted(file, traits)`.
std::vector<std::string> collect_objects(
    const std::function<bool(int file, const object_identity& what)>& is_wanted);

}  // namespace signalbox::process::detail
