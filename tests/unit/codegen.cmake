tri_unit_test(codegen SOURCES codegen_test.c codegen_limits_test.c codegen_readers_test.c LIBS trine-codegen-client trine-codegen-finish)
add_dependencies(unit-codegen trine-codegen)
