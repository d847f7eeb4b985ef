/* Keys of xterm's control sequences; see the list "PC-Style Function Keys" in its ctlseqs. */
#include "app/terminal/csi_keys.h"

#include "app/terminal/keys.h"

#include <stddef.h>

int csi_number_key(int number)
{
    static const int keys[] = {[1] = PRESS_HOME,
        [3] = PRESS_DELETE,
        [4] = PRESS_END,
        [5] = PRESS_PAGE_UP,
        [6] = PRESS_PAGE_DOWN,
        [7] = PRESS_HOME,
        [8] = PRESS_END,
        [11] = PRESS_F1,
        PRESS_F1 + 1,
        PRESS_F1 + 2,
        PRESS_F1 + 3,
        PRESS_F1 + 4,
        [17] = PRESS_F1 + 5,
        PRESS_F1 + 6,
        PRESS_F1 + 7,
        PRESS_F1 + 8,
        PRESS_F1 + 9,
        [23] = PRESS_F1 + 10,
        PRESS_F12};
    return number > 0 && number < (int)(sizeof keys / sizeof *keys) ? keys[number] : PRESS_NONE;
}

int csi_letter_key(char final, int modifier)
{
    static const struct {
        char final;
        int plain, shift, control;
    } keys[] = {{'A', PRESS_UP, PRESS_PAGE_UP, 0}, {'B', PRESS_DOWN, PRESS_PAGE_DOWN, 0},
        {'C', PRESS_RIGHT, PRESS_RIGHT, PRESS_END}, {'D', PRESS_LEFT, PRESS_LEFT, PRESS_HOME},
        {'H', PRESS_HOME, 0, 0}, {'F', PRESS_END, 0, 0}, {'Z', PRESS_BACK_TAB, 0, 0},
        {'P', PRESS_F1, 0, 0}, {'Q', PRESS_F1 + 1, 0, 0}, {'R', PRESS_F1 + 2, 0, 0},
        {'S', PRESS_F1 + 3, 0, 0}, {'M', PRESS_ENTER, 0, 0}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].final == final)
            return modifier <= 1   ? keys[i].plain
                   : modifier == 2 ? keys[i].shift
                   : modifier == 5 ? keys[i].control
                                   : PRESS_NONE;
    return PRESS_NONE;
}
