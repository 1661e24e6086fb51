# signalbox_warnings: the flags for Signalbox's own code. Link it PRIVATE. Both compilers must be content.
# In somebody else's build it is empty: their compiler may be newer than ours and know new warnings.
add_library(signalbox_warnings INTERFACE)

if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(
    signalbox_warnings
    INTERFACE -Wall
              -Wextra
              -Wpedantic
              -Wconversion
              -Wsign-conversion
              -Wshadow
              -Wcast-align
              -Wcast-qual
              -Wdouble-promotion
              -Wextra-semi
              -Wformat=2
              -Wimplicit-fallthrough
              -Wmissing-declarations
              -Wnon-virtual-dtor
              -Wold-style-cast
              -Woverloaded-virtual
              -Wundef
              -Wunused
              $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-branches -Wduplicated-cond -Wlogical-op -Wredundant-decls>
              $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Wshadow-all -Wno-shadow-field-in-constructor>
              $<$<BOOL:${SIGNALBOX_WERROR}>:-Werror>)
  # What a sanitizer inserts confuses this warning of GCC, as its manual says.
  if(SIGNALBOX_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(signalbox_warnings INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
