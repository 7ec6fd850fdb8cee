#include "ir/print.h"
void tri_print_kernel(tri_printer *p, const tri_func *f) { (void)p; (void)f; }
void tri_print_tile_op(tri_printer *p, const tri_op *f) { (void)p; (void)f; }
void tri_print_name_kernel(tri_printer *p, const tri_func *f) { (void)p; (void)f; }
