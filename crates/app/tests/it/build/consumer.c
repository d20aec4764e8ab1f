#include <stdio.h>

#include <abacist.h>

int main(void)
{
    int64_t value = 0;
    if (abacist_evaluate("6 * 7", &value) != ABACIST_OK || abacist_evaluate("1 / 0", &value) != ABACIST_TRAP) {
        return 1;
    }
    printf("%s: %lld\n", ABACIST_VERSION, (long long)value);
    return 0;
}
