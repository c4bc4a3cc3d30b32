# What `cmake --install` puts where: headers, libraries, and what pkg-config
# and find_package(stubdns) read.

include(CMakePackageConfigHelpers)

set(targets stubdns_static stubdns_shared)
foreach(room wire replay)
  if(TARGET stubdns_${room})
    set_target_properties(stubdns_${room} PROPERTIES EXPORT_NAME ${room})
    list(APPEND targets stubdns_${room})
  endif()
endforeach()
install(TARGETS ${targets} EXPORT stubdns
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
foreach(name stubdns stubdns-wire)
  configure_file(${templates}/${name}.pc.in ${name}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
