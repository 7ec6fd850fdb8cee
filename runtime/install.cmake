# What other projects get: libtrine, the public headers, the driver plugins (tri_driver installs each), the chip files, and the two ways to find them,
# pkg-config (`trine`) and CMake (`find_package(trine)`, target trine::trine, or trine::trine-static).
include(CMakePackageConfigHelpers)

install(TARGETS trine trine-static EXPORT trine-targets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/tri DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/targets/chips DESTINATION ${CMAKE_INSTALL_DATADIR}/trine FILES_MATCHING PATTERN "*.chip")

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/trine)
install(EXPORT trine-targets NAMESPACE trine:: DESTINATION ${package_folder})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/trine-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/trine-config.cmake
    INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/trine-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/trine-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/trine-config-version.cmake DESTINATION ${package_folder})

file(RELATIVE_PATH include_from_pc ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(${PROJECT_SOURCE_DIR}/cmake/trine.pc.in ${CMAKE_CURRENT_BINARY_DIR}/trine.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/trine.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
