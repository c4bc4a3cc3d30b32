# What `cmake --install` puts where: headers, libraries, and what pkg-config
# and find_package(stubdns) read.

include(CMakePackageConfigHelpers)

set_target_properties(stubdns_wire PROPERTIES EXPORT_NAME wire)
set_target_properties(stubdns_static PROPERTIES EXPORT_NAME static)
set_target_properties(stubdns_shared PROPERTIES EXPORT_NAME stubdns)
set_target_properties(stubdns_replay_static PROPERTIES
                      EXPORT_NAME replay_static)
set_target_properties(stubdns_replay_shared PROPERTIES EXPORT_NAME replay)
install(TARGETS stubdns_static stubdns_shared stubdns_wire
                stubdns_replay_static stubdns_replay_shared
        EXPORT stubdns
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

set(templates ${PROJECT_SOURCE_DIR}/tools/cmake)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/stubdns)
configure_package_config_file(
  ${templates}/stubdns-config.cmake.in stubdns-config.cmake
  INSTALL_DESTINATION ${package})
write_basic_package_version_file(stubdns-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/stubdns-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/stubdns-config-version.cmake
        DESTINATION ${package})
install(EXPORT stubdns NAMESPACE stubdns:: DESTINATION ${package}
        FILE stubdns-targets.cmake)

# From the folder of the .pc files to the prefix, so that the tree may be moved.
file(RELATIVE_PATH prefix_from_pc
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
foreach(name stubdns stubdns-replay stubdns-wire)
  configure_file(${templates}/${name}.pc.in ${name}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
