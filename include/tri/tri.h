/* tri/tri.h - everything: compile (libtrine-compiler) and run (libtrine). A program that only runs artifacts includes tri/runtime.h. */
#ifndef TRI_TRI_H
#define TRI_TRI_H

#include "tri/compile.h"
#include "tri/runtime.h"
#include "tri/status.h"

#endif
