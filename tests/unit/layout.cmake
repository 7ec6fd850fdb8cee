tri_unit_test(layout_chain SOURCES layout_chain_test.c LIBS trine-layout)
