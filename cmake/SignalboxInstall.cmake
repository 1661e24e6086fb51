# Install rules: headers, both libraries, the CMake package and the pkg-config file. All of it can be moved.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(signalbox_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/signalbox")

install(
  DIRECTORY "${PROJECT_SOURCE_DIR}/include/" "${PROJECT_SOURCE_DIR}/src/platform/linux/include/"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.hpp")

install(
  TARGETS signalbox_static signalbox_shared
  EXPORT signalbox_targets
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

install(
  EXPORT signalbox_targets
  NAMESPACE signalbox::
  FILE signalbox-targets.cmake
  DESTINATION "${signalbox_package_dir}")

get_target_property(default_library signalbox::signalbox ALIASED_TARGET)
configure_package_config_file(
  cmake/signalbox-config.cmake.in "${PROJECT_BINARY_DIR}/signalbox-config.cmake"
  INSTALL_DESTINATION "${signalbox_package_dir}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/signalbox-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(
  FILES "${PROJECT_BINARY_DIR}/signalbox-config.cmake" "${PROJECT_BINARY_DIR}/signalbox-config-version.cmake"
  DESTINATION "${signalbox_package_dir}")

# pkg-config finds the prefix from the place of its file, so `cmake --install --prefix` may differ from what
# was configured. A directory that was given as an absolute path stays as it is.
set(pc_prefix "${CMAKE_INSTALL_PREFIX}")
if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  file(RELATIVE_PATH pc_up "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
  string(REGEX REPLACE "/$" "" pc_up "${pc_up}")
  set(pc_prefix "\${pcfiledir}/${pc_up}")
endif()
foreach(dir IN ITEMS LIBDIR INCLUDEDIR)
  cmake_path(APPEND pc_dir_${dir} "\${prefix}" "${CMAKE_INSTALL_${dir}}")
endforeach()
configure_file(cmake/signalbox.pc.in "${PROJECT_BINARY_DIR}/signalbox.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/signalbox.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

install(FILES "${PROJECT_SOURCE_DIR}/share/gdb/signalbox-gdb.py" DESTINATION "${CMAKE_INSTALL_DATADIR}/signalbox/gdb")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
