#include "ir/parse.h"
bool tri_parse_kernel(tri_parser *p) { return tri_parse_fail(p, &p->token, "kernels cannot be read yet"); }
