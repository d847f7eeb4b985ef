#include "app/screen/layout.h"

#include <string.h>

/* The number of a view by its name, -1: it is not in the table. */
static int number(const char *name)
{
    for (int i = 0; views_at(i); i++)
        if (strcmp(views_at(i)->name, name) == 0)
            return i;
    return -1;
}

static void add(struct layout *layout, const char *name, bool framed, struct area area)
{
    int view = number(name);
    if (view < 0 || area.columns < 1 || area.rows < 1 || layout->n_slots == LAYOUT_SLOTS)
        return;
    layout->slot[layout->n_slots++] = (struct slot){view, framed, area};
}

static int at_least(int value, int least)
{
    return value > least ? value : least;
}

static int at_most(int value, int most)
{
    return value < most ? value : most;
}

/* Takes rows off the bottom of an area. */
static struct area take_bottom(struct area *area, int rows)
{
    rows = at_most(rows, area->rows);
    area->rows -= rows;
    return (struct area){area->column, area->row + area->rows, area->columns, rows};
}

static struct area take_top(struct area *area, int rows)
{
    struct area top = *area;
    top.rows = at_most(rows, area->rows);
    area->row += top.rows;
    area->rows -= top.rows;
    return top;
}

static struct area take_right(struct area *area, int columns)
{
    columns = at_most(columns, area->columns);
    area->columns -= columns;
    return (struct area){area->column + area->columns, area->row, columns, area->rows};
}

/* Below 80x24: the curve, and the last line of the log where there is room. */
static void compact(struct layout *layout, struct area body)
{
    if (body.rows >= 6)
        add(layout, "log", false, take_bottom(&body, 1));
    add(layout, "curves", body.rows >= 5 && body.columns >= 30, body);
}

/* From 80x24: curves beside thresholds and the last round, channels below, three log lines. */
static void standard(struct layout *layout, struct area body)
{
    add(layout, "log", false, take_bottom(&body, body.rows >= 20 ? 3 : 2));
    add(layout, "channels", true, take_bottom(&body, 6));
    struct area right = take_right(&body, at_most(at_least(body.columns / 3, 30), 44));
    add(layout, "curves", true, body);
    add(layout, "thresholds", true, take_top(&right, right.rows / 2));
    add(layout, "round", true, right);
}

/* From 100x34: faces over the whole width, layers on the right. */
static void large(struct layout *layout, struct area body)
{
    add(layout, "log", false, take_bottom(&body, 3));
    add(layout, "faces", true, take_bottom(&body, at_most(at_least(body.rows * 2 / 5, 12), 20)));
    struct area right = take_right(&body, at_most(at_least(body.columns * 3 / 8, 42), 50));
    add(layout, "channels", true, take_bottom(&body, 7));
    add(layout, "curves", true, body);
    add(layout, "thresholds", true, take_top(&right, right.rows * 3 / 8));
    add(layout, "round", true, right);
}

/* From 160x45: three columns. */
static void huge(struct layout *layout, struct area body)
{
    add(layout, "log", false, take_bottom(&body, 3));
    add(layout, "faces", true, take_bottom(&body, at_most(at_least(body.rows * 2 / 5, 16), 34)));
    add(layout, "channels", true, take_bottom(&body, 8));
    struct area right = take_right(&body, at_most(at_least(body.columns / 5, 38), 46));
    struct area middle = take_right(&body, at_most(at_least(body.columns / 3, 46), 56));
    add(layout, "curves", true, body);
    add(layout, "thresholds", true, take_top(&middle, 9));
    if (middle.rows >= 15)
        add(layout, "goodnet", true, take_top(&middle, 7));
    add(layout, "layers", true, middle);
    add(layout, "round", true, right);
}

void layout_make(struct layout *layout, int columns, int rows, int zoomed)
{
    struct area body = {0, 0, columns, rows};
    *layout = (struct layout){0};
    if (rows < 4 || columns < 20) {
        layout->status = take_top(&body, 1);
        return;
    }
    layout->status = take_top(&body, 2);
    if (rows >= 6)
        layout->hints = take_bottom(&body, 1);
    if (zoomed >= 0 && views_at(zoomed))
        add(layout, views_at(zoomed)->name, body.rows >= 5 && columns >= 30, body);
    else if (columns < 80 || rows < 24)
        compact(layout, body);
    else if (columns >= 160 && rows >= 45)
        huge(layout, body);
    else if (columns >= 100 && rows >= 34)
        large(layout, body);
    else
        standard(layout, body);
}

struct area layout_inside(const struct slot *slot)
{
    struct area inside = slot->area;
    if (slot->framed) {
        inside.column++;
        inside.row++;
        inside.columns -= 2;
        inside.rows -= 2;
    }
    return inside;
}

const struct slot *layout_find(const struct layout *layout, int view)
{
    for (int i = 0; i < layout->n_slots; i++)
        if (layout->slot[i].view == view)
            return &layout->slot[i];
    return NULL;
}

const struct slot *layout_hit(const struct layout *layout, int column, int row)
{
    for (int i = 0; i < layout->n_slots; i++) {
        const struct area *area = &layout->slot[i].area;
        if (column >= area->column && column < area->column + area->columns && row >= area->row &&
            row < area->row + area->rows)
            return &layout->slot[i];
    }
    return NULL;
}
