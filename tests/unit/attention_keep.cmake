tri_unit_test(attention_keep SOURCES attention_keep_test.c LIBS trine-compiler)
