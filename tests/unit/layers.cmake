# The rules of the house as a test: who includes whom, no chip names above targets/, sizes.
add_test(NAME layers COMMAND bash ${PROJECT_SOURCE_DIR}/tests/layers/check.sh WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
set_tests_properties(layers PROPERTIES LABELS short)
