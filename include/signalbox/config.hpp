// Version, symbol visibility and Clang's thread-safety attributes: the macros that every public header needs.
//
// Because      The library is built with hidden visibility, so what it exports must say so; the attributes
//              let `clang++ -Wthread-safety` check locking at compile time, and are empty elsewhere.
// Checked by   tests/thread/config_test.cpp, tests/compile_fail/CMakeLists.txt
// Source       Clang documentation, "Thread Safety Analysis"
#pragma once

// The version of the headers, by semantic versioning.
#define SIGNALBOX_VERSION_MAJOR 0
#define SIGNALBOX_VERSION_MINOR 1
#define SIGNALBOX_VERSION_PATCH 0
#define SIGNALBOX_VERSION_STRING "0.1.0"
// The version as one number that #if can compare: major * 10000 + minor * 100 + patch.
#define SIGNALBOX_VERSION                                                                                    \
    (SIGNALBOX_VERSION_MAJOR * 10000 + SIGNALBOX_VERSION_MINOR * 100 + SIGNALBOX_VERSION_PATCH)

// Marks a function or class that the shared library exports.
#define SIGNALBOX_API __attribute__((visibility("default")))

// On a function that touches thread-local storage. g++ 12 with -fsanitize=null tests the address by the flags
// of an addition that the linker turns into a `lea`, which sets none: it would report a null pointer.
#if defined(__clang__)
#define SIGNALBOX_NO_NULL_CHECK
#else
#define SIGNALBOX_NO_NULL_CHECK __attribute__((no_sanitize("null")))
#endif

// Clang's attributes, or nothing. Each takes the capabilities (mutexes) meant; none means `this`.
#if defined(__clang__)
#define SIGNALBOX_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define SIGNALBOX_THREAD_ATTRIBUTE(x)
#endif

// On a class: its objects are capabilities, called `name` in diagnostics.
#define SIGNALBOX_CAPABILITY(name) SIGNALBOX_THREAD_ATTRIBUTE(capability(name))
// The same for what its holder may take again; a compiler that knows no such thing warns of it in one
// function.
#if defined(__clang__) && __has_attribute(reentrant_capability)
#define SIGNALBOX_REENTRANT_CAPABILITY(name) __attribute__((capability(name), reentrant_capability))
#else
#define SIGNALBOX_REENTRANT_CAPABILITY(name) SIGNALBOX_CAPABILITY(name)
#endif
// On a class: its constructor takes a capability and its destructor gives it back.
#define SIGNALBOX_SCOPED_CAPABILITY SIGNALBOX_THREAD_ATTRIBUTE(scoped_lockable)

// On data: only touched, or its pointee only touched, while the capability is held.
#define SIGNALBOX_GUARDED_BY(x) SIGNALBOX_THREAD_ATTRIBUTE(guarded_by(x))
#define SIGNALBOX_PT_GUARDED_BY(x) SIGNALBOX_THREAD_ATTRIBUTE(pt_guarded_by(x))
// On a mutex: taken before, or after, the ones that are named.
#define SIGNALBOX_ACQUIRED_BEFORE(...) SIGNALBOX_THREAD_ATTRIBUTE(acquired_before(__VA_ARGS__))
#define SIGNALBOX_ACQUIRED_AFTER(...) SIGNALBOX_THREAD_ATTRIBUTE(acquired_after(__VA_ARGS__))

// On a function: takes the capability, which the caller must not hold.
#define SIGNALBOX_ACQUIRE(...) SIGNALBOX_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define SIGNALBOX_ACQUIRE_SHARED(...) SIGNALBOX_THREAD_ATTRIBUTE(acquire_shared_capability(__VA_ARGS__))
// On a function: takes the capability if it returns its first argument (true or false).
#define SIGNALBOX_TRY_ACQUIRE(...) SIGNALBOX_THREAD_ATTRIBUTE(try_acquire_capability(__VA_ARGS__))
#define SIGNALBOX_TRY_ACQUIRE_SHARED(...)                                                                    \
    SIGNALBOX_THREAD_ATTRIBUTE(try_acquire_shared_capability(__VA_ARGS__))
// On a function: gives the capability back, which the caller must hold. GENERIC: held in either way.
#define SIGNALBOX_RELEASE(...) SIGNALBOX_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define SIGNALBOX_RELEASE_SHARED(...) SIGNALBOX_THREAD_ATTRIBUTE(release_shared_capability(__VA_ARGS__))
#define SIGNALBOX_RELEASE_GENERIC(...) SIGNALBOX_THREAD_ATTRIBUTE(release_generic_capability(__VA_ARGS__))

// On a function: the caller must hold the capability, before and after.
#define SIGNALBOX_REQUIRES(...) SIGNALBOX_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define SIGNALBOX_REQUIRES_SHARED(...) SIGNALBOX_THREAD_ATTRIBUTE(requires_shared_capability(__VA_ARGS__))
// On a function: the caller must not hold the capability.
#define SIGNALBOX_EXCLUDES(...) SIGNALBOX_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
// On a function: it checks at run time that the caller holds the capability.
#define SIGNALBOX_ASSERT_CAPABILITY(x) SIGNALBOX_THREAD_ATTRIBUTE(assert_capability(x))
// On a function: returns a reference to the capability.
#define SIGNALBOX_RETURN_CAPABILITY(x) SIGNALBOX_THREAD_ATTRIBUTE(lock_returned(x))
// On a function: the analysis leaves its body out (say why, beside it).
#define SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS SIGNALBOX_THREAD_ATTRIBUTE(no_thread_safety_analysis)
