# SIGNALBOX_SANITIZE instruments everything that this build compiles, and makes every finding fatal.
if(SIGNALBOX_SANITIZE)
  set(sanitizers thread address undefined address,undefined)
  if(NOT SIGNALBOX_SANITIZE IN_LIST sanitizers)
    message(FATAL_ERROR "SIGNALBOX_SANITIZE is '${SIGNALBOX_SANITIZE}'; it can be: ${sanitizers}")
  endif()
  add_compile_options(-fsanitize=${SIGNALBOX_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SIGNALBOX_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-maybe-uninitialized)  # g++ 12 sees ghosts in <stop_token> under a sanitizer
    if(SIGNALBOX_SANITIZE STREQUAL undefined)
      # See SIGNALBOX_NO_NULL_CHECK in config.hpp; clang's build and AddressSanitizer look for null pointers.
      add_compile_options(-fno-sanitize=null)
    endif()
  endif()
endif()
