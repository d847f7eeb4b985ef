/* Where panels are: each entry of the table of views carries its place. */
#include "app/screen/layout.h"

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

static void add(struct layout *layout, int view, bool framed, struct area area)
{
    if (area.columns < 1 || area.rows < 1 || layout->n_slots == LAYOUT_SLOTS)
        return;
    layout->slot[layout->n_slots++] = (struct slot){view, framed, area};
}

static bool has_frame(struct area area)
{
    return area.rows >= 5 && area.columns >= 30;
}

static enum screen_size size_of(int columns, int rows)
{
    return columns < 80 || rows < 24      ? SCREEN_COMPACT
           : columns >= 160 && rows >= 45 ? SCREEN_HUGE
           : columns >= 100 && rows >= 34 ? SCREEN_LARGE
                                          : SCREEN_STANDARD;
}

/* The columns beside the main one, which keeps the rest. */
static void part(struct area region[N_REGIONS], enum screen_size size)
{
    struct area *body = &region[REGION_MAIN];
    if (size == SCREEN_STANDARD)
        region[REGION_RIGHT] = take_right(body, at_most(at_least(body->columns / 3, 30), 44));
    else if (size == SCREEN_LARGE)
        region[REGION_RIGHT] = take_right(body, at_most(at_least(body->columns * 3 / 8, 42), 50));
    else if (size == SCREEN_HUGE) {
        region[REGION_RIGHT] = take_right(body, at_most(at_least(body->columns / 5, 38), 46));
        region[REGION_MIDDLE] = take_right(body, at_most(at_least(body->columns / 3, 46), 56));
    }
}

/* Panels of low rank come first, and those of the same rank by their keys. */
static int turn_of(int view)
{
    return views_at(view)->rank * LAYOUT_SLOTS + view;
}

/* The panel that is placed after that of turn `turn` at this size, -1: none. */
static int next_view(enum screen_size size, int turn)
{
    int next = -1;
    for (int i = 0; views_at(i); i++)
        if (views_at(i)->place[size].region != REGION_NONE && turn_of(i) > turn &&
            (next < 0 || turn_of(i) < turn_of(next)))
            next = i;
    return next;
}

/* Panels take their rows by rank: first those below all columns, then those of the columns. */
static void place_all(struct layout *layout, enum screen_size size, struct area body)
{
    struct area region[N_REGIONS] = {[REGION_MAIN] = body};
    bool below = true;
    for (int view = next_view(size, -1); view >= 0; view = next_view(size, turn_of(view))) {
        const struct view_place *place = &views_at(view)->place[size];
        if (below && place->region != REGION_BELOW)
            part(region, size);
        below = below && place->region == REGION_BELOW;
        struct area *from = &region[place->region == REGION_BELOW ? REGION_MAIN : place->region];
        int rows = at_most(at_least((int)(place->share * from->rows), place->least), place->most);
        if (from->rows < place->room)
            continue;
        if (place->most == 0)
            rows = from->rows;
        struct area area = place->region == REGION_BELOW || place->region == REGION_MAIN
                               ? take_bottom(from, rows)
                               : take_top(from, rows);
        add(layout, view, !views_at(view)->bare && has_frame(area), area);
    }
}

void layout_make(struct layout *layout, int columns, int rows, int told, int zoomed)
{
    struct area body = {0, 0, columns, rows};
    enum screen_size size = size_of(columns, rows - told);
    *layout = (struct layout){0};
    if (rows < 4 || columns < 20) {
        layout->status = take_top(&body, 1);
        return;
    }
    layout->status = take_top(&body, size == SCREEN_COMPACT ? 2 : 3);
    if (rows >= 6)
        layout->hints = take_bottom(&body, 1);
    layout->told = take_bottom(&body, told);
    if (size != SCREEN_COMPACT)
        layout->tabs = take_bottom(&body, 1);
    if (zoomed >= 0 && views_at(zoomed))
        add(layout, zoomed, has_frame(body), body);
    else
        place_all(layout, size, body);
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
