/* tri/status.h - errors as objects.
 *
 * A `tri_status *` is what every fallible function returns: null is success, anything else is an error object that the caller owns and
 * must hand on (return it), print and free. An error has a code, a message that says what is wrong and what to do, a position in the
 * user's file when there is one, and notes that callers add on the way up. A verifier that finds many errors joins them in one object.
 *
 * Thread rule: an error object belongs to one thread at a time. */
#ifndef TRI_STATUS_H
#define TRI_STATUS_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__GNUC__)
#define TRI_API __attribute__((visibility("default")))
#define TRI_NODISCARD __attribute__((warn_unused_result))
#define TRI_PRINTF(format_index, first_argument) __attribute__((format(printf, format_index, first_argument)))
#else
#define TRI_API
#define TRI_NODISCARD
#define TRI_PRINTF(format_index, first_argument)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The code decides the exit status of the command line (second column). */
#define TRI_STATUS_CODES(X)                                                                                    \
    X(OK, 0, "ok")                                                                                             \
    X(WRONG, 1, "wrong answer")              /* a check failed: the program ran, its result is out of bounds */ \
    X(USAGE, 2, "wrong usage")               /* the caller's arguments or options make no sense */              \
    X(INVALID, 3, "invalid input")           /* text that does not parse or verify, damaged files, missing files */ \
    X(UNSUPPORTED, 4, "unsupported")         /* the input is right, but this chip or build lacks something */   \
    X(UNAVAILABLE, 4, "unavailable")         /* no such device, driver or helper program here */                \
    X(NO_MEMORY, 4, "out of memory")         /* of the host or of a device: says how much, and for what */      \
    X(FAULT, 5, "device fault")              /* a trap, a hang, an illegal access of generated code */          \
    X(IO, 3, "input or output failed")       /* the operating system refused: disk full, permission */          \
    X(CANCELLED, 5, "cancelled")             /* stopped from outside: a signal, a time limit */                 \
    X(BUG, 70, "a bug in Trine")             /* an invariant of Trine itself is broken */

typedef enum tri_code {
#define TRI_STATUS_ENUM(name, exit_status, text) TRI_##name,
    TRI_STATUS_CODES(TRI_STATUS_ENUM)
#undef TRI_STATUS_ENUM
} tri_code;

/* A position in a user's file. `file` is borrowed from whoever made the position; null means "no position". Lines and columns count
 * from 1, a column counts bytes. */
typedef struct tri_loc {
    const char *file;
    int32_t line, column;
} tri_loc;

typedef struct tri_status tri_status;

/* Makes an error. Never returns null: when memory is short it returns a static error object with code NO_MEMORY. */
TRI_API tri_status *tri_error(tri_code code, tri_loc loc, const char *format, ...) TRI_NODISCARD TRI_PRINTF(3, 4);
TRI_API tri_status *tri_error_v(tri_code code, tri_loc loc, const char *format, va_list arguments) TRI_NODISCARD;

/* Adds a note ("while compiling kernel mm_0") and returns the same object; null stays null. */
TRI_API tri_status *tri_note(tri_status *status, const char *format, ...) TRI_NODISCARD TRI_PRINTF(2, 3);

/* Appends `second` behind `first` so that several errors travel as one; takes both, either may be null. The code is the first one's. */
TRI_API tri_status *tri_join(tri_status *first, tri_status *second) TRI_NODISCARD;

TRI_API tri_code tri_status_code(const tri_status *status);
TRI_API const char *tri_status_message(const tri_status *status); /* of the first error; borrowed */
TRI_API tri_loc tri_status_loc(const tri_status *status);
TRI_API int tri_status_count(const tri_status *status);           /* how many errors are joined here; 0 for null */
TRI_API const tri_status *tri_status_next(const tri_status *status); /* the next of the joined errors, or null */

TRI_API const char *tri_code_name(tri_code code);
TRI_API int tri_code_exit_status(tri_code code);

/* Prints `file:line:col: error: message` and the notes. With `source` (the text of the file the positions speak of, or null) the line and a
 * caret follow. */
TRI_API void tri_status_print(const tri_status *status, const char *source, FILE *to);

/* Frees the whole chain; null is fine. */
TRI_API void tri_status_free(tri_status *status);

#define TRI_NOWHERE ((tri_loc){0})

/* Returns the error of `expression` to the caller, if there is one. */
#define TRI_TRY(expression)                                    \
    do {                                                       \
        tri_status *tri_try_status_ = (expression);            \
        if (tri_try_status_) return tri_try_status_;           \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif
