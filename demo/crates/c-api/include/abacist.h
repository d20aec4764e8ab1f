/* Abacist: arithmetic expressions for C. */
#ifndef ABACIST_H
#define ABACIST_H

#include <stdint.h>

#define ABACIST_VERSION "4.0.0"
#define ABACIST_VERSION_MAJOR 4
#define ABACIST_VERSION_MINOR 0
#define ABACIST_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

enum abacist_status {
    ABACIST_OK = 0,
    /* The text is no expression, or a pointer is null. */
    ABACIST_INVALID = 1,
    /* The expression has no value. */
    ABACIST_TRAP = 2
};

/* Evaluate a text that ends with a zero byte. The result is set only where ABACIST_OK is returned. */
int32_t abacist_evaluate(const char *text, int64_t *result);

#ifdef __cplusplus
}
#endif

#endif
