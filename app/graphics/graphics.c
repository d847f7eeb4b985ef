/* Plans of pictures, and what is remembered of those that were sent. */
#include "app/graphics/graphics.h"

#include "app/graphics/graphics_code.h"
#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN = 64, KNOWN = 128 };

/* Pixels that were coded: kitty has them under a number, sixel as bytes for one size. */
struct known {
    uint64_t digest;
    int columns, rows; /* of sixel; else 0 */
    unsigned id, used; /* used: the frame that did last; 0: the place is free */
    bool sent;
    char *code; /* NULL: it cannot be shown */
};

struct shown {
    struct area area;
    int known; /* its place in the list */
    unsigned place;
};

struct graphics {
    enum graphics_kind kind;
    int cell_width, cell_height;
    unsigned frame, ids, places;
    struct known known[KNOWN];
    struct shown shown[SHOWN], planned[SHOWN];
    int n_shown, n_planned;
    char *bytes;
    size_t n, room;
};

struct graphics *graphics_create(void)
{
    return memory_array(1, sizeof(struct graphics));
}

static void forget_all(struct graphics *graphics)
{
    for (int i = 0; i < KNOWN; i++) {
        free(graphics->known[i].code);
        graphics->known[i] = (struct known){0};
    }
    graphics->n_shown = graphics->n_planned = 0;
}

void graphics_destroy(struct graphics *graphics)
{
    if (!graphics)
        return;
    forget_all(graphics);
    free(graphics->bytes);
    free(graphics);
}

const char *graphics_end(enum graphics_kind kind)
{
    return kind == GRAPHICS_KITTY ? GRAPHICS_KITTY_CLEAR : "";
}

enum graphics_kind graphics_used(const struct graphics *graphics)
{
    return graphics->kind;
}

static void send(struct graphics *graphics, const char *text)
{
    size_t n = strlen(text);
    if (graphics->n + n + 1 > graphics->room) {
        graphics->room = 2 * (graphics->n + n + 1);
        graphics->bytes = memory_grow(graphics->bytes, graphics->room, 1);
    }
    memcpy(graphics->bytes + graphics->n, text, n + 1);
    graphics->n += n;
}

/* Sends what is malloc'd. */
static void send_once(struct graphics *graphics, char *text)
{
    if (text)
        send(graphics, text);
    free(text);
}

bool graphics_use(
    struct graphics *graphics, enum graphics_kind kind, int cell_width, int cell_height)
{
    bool resized = kind == GRAPHICS_SIXEL &&
                   (graphics->cell_width != cell_width || graphics->cell_height != cell_height);
    if (graphics->kind == kind && !resized)
        return false;
    graphics->n = 0;
    send(graphics, graphics_end(graphics->kind)); /* goes first in the next bytes */
    graphics->kind = kind;
    graphics->cell_width = cell_width;
    graphics->cell_height = cell_height;
    forget_all(graphics);
    return true;
}

/* FNV-1a. */
static uint64_t digest_of(const struct cells_picture *picture)
{
    uint64_t hash = 14695981039346656037U;
    size_t n = (size_t)picture->width * (size_t)picture->height * 3;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ picture->rgb[i]) * 1099511628211U;
    hash = (hash ^ (uint64_t)picture->width) * 1099511628211U;
    return (hash ^ (uint64_t)picture->height) * 1099511628211U;
}

/* A free place, else that of the pixels that were not used for the longest time; -1: none. */
static int free_place(struct graphics *graphics)
{
    int oldest = 0;
    for (int i = 0; i < KNOWN; i++)
        if (graphics->known[i].used < graphics->known[oldest].used)
            oldest = i;
    struct known *known = &graphics->known[oldest];
    if (known->used == graphics->frame)
        return -1; /* all are wanted now */
    if (known->sent && graphics->kind == GRAPHICS_KITTY)
        send_once(graphics, graphics_kitty_forget(known->id));
    for (int i = 0; i < graphics->n_shown; i++) /* its places went with it */
        if (graphics->shown[i].known == oldest)
            graphics->shown[i--] = graphics->shown[--graphics->n_shown];
    free(known->code);
    *known = (struct known){0};
    return oldest;
}

static void code(struct graphics *graphics, struct known *known, const struct cells_picture *p)
{
    size_t size = 0;
    int wide = p->area.columns * graphics->cell_width, high = p->area.rows * graphics->cell_height;
    if (graphics->kind == GRAPHICS_KITTY) {
        known->code = graphics_kitty_image(known->id, p->rgb, p->width, p->height);
        size = known->code ? strlen(known->code) : 0;
    } else if ((long)wide * high <= GRAPHICS_SIXEL_PIXELS) {
        known->code = graphics_sixel_image(p->rgb, p->width, p->height, wide, high, &size);
    }
    size_t most = (size_t)(p->area.columns * p->area.rows) * GRAPHICS_CELL_BYTES;
    if (size > GRAPHICS_PICTURE_BYTES && size > most) {
        free(known->code);
        known->code = NULL;
    }
}

/* The place of a picture's pixels among those known, -1: there is none left; they are coded where
 * they are new. */
static int find_known(struct graphics *graphics, const struct cells_picture *picture)
{
    bool sixel = graphics->kind == GRAPHICS_SIXEL;
    struct known wanted = {.digest = digest_of(picture)};
    wanted.columns = sixel ? picture->area.columns : 0;
    wanted.rows = sixel ? picture->area.rows : 0;
    int at = 0;
    while (at < KNOWN &&
           (graphics->known[at].used == 0 || graphics->known[at].digest != wanted.digest ||
               graphics->known[at].columns != wanted.columns ||
               graphics->known[at].rows != wanted.rows))
        at++;
    if (at == KNOWN) {
        at = free_place(graphics);
        if (at < 0)
            return at;
        wanted.id = 1000 + ++graphics->ids;
        graphics->known[at] = wanted;
        code(graphics, &graphics->known[at], picture);
    }
    graphics->known[at].used = graphics->frame;
    return at;
}

static bool overlap(struct area a, struct area b)
{
    return a.column < b.column + b.columns && b.column < a.column + a.columns &&
           a.row < b.row + b.rows && b.row < a.row + a.rows;
}

/* Nothing lies over it: neither text nor a picture that was drawn later. */
static bool is_clear(const struct cells *cells, int picture)
{
    struct area area = cells->pictures[picture].area;
    for (int i = picture + 1; i < cells->n_pictures; i++)
        if (overlap(area, cells->pictures[i].area))
            return false;
    for (int y = area.row; y < area.row + area.rows; y++)
        for (int x = area.column; x < area.column + area.columns; x++)
            if (!(cells->cell[y * cells->columns + x].attributes & CELL_PICTURE))
                return false;
    return true;
}

static void cover(struct cells *cells, struct area area)
{
    const struct cell covered = {GRAPHICS_COVER, CELL_DEFAULT, CELL_DEFAULT, 0, 0};
    for (int y = area.row; y < area.row + area.rows; y++)
        for (int x = area.column; x < area.column + area.columns; x++)
            cells->cell[y * cells->columns + x] = covered;
}

void graphics_plan(struct graphics *graphics, struct cells *cells)
{
    graphics->frame++;
    graphics->n_planned = 0;
    for (int i = 0; i < cells->n_pictures && graphics->kind != GRAPHICS_BLOCKS; i++) {
        const struct cells_picture *picture = &cells->pictures[i];
        bool last = picture->area.row + picture->area.rows >= cells->rows; /* would scroll */
        if (graphics->n_planned == SHOWN || (last && graphics->kind == GRAPHICS_SIXEL) ||
            !is_clear(cells, i))
            continue;
        int known = find_known(graphics, picture);
        if (known < 0 || !graphics->known[known].code)
            continue;
        graphics->planned[graphics->n_planned++] = (struct shown){picture->area, known, 0};
        cover(cells, picture->area);
    }
    for (int i = 0; i < cells->columns * cells->rows; i++)
        cells->cell[i].attributes &= (uint8_t)~CELL_PICTURE;
}

static bool same(const struct shown *a, const struct shown *b)
{
    return a->known == b->known && memcmp(&a->area, &b->area, sizeof a->area) == 0;
}

static const struct shown *find(const struct shown *list, int n, const struct shown *wanted)
{
    for (int i = 0; i < n; i++)
        if (same(&list[i], wanted))
            return &list[i];
    return NULL;
}

static void show(struct graphics *graphics, struct shown *shown)
{
    struct known *known = &graphics->known[shown->known];
    shown->place = ++graphics->places;
    if (graphics->kind == GRAPHICS_SIXEL) {
        send_once(graphics, graphics_sixel_place(known->code, shown->area));
        return;
    }
    if (!known->sent)
        send(graphics, known->code);
    known->sent = true;
    send_once(graphics, graphics_kitty_place(known->id, shown->place, shown->area));
}

static bool planned(const struct graphics *graphics, int known)
{
    for (int i = 0; i < graphics->n_planned; i++)
        if (graphics->planned[i].known == known)
            return true;
    return false;
}

/* From the screen; pixels that are many from the terminal's memory too, once no place has them. */
static void take_away(struct graphics *graphics, const struct shown *shown)
{
    struct known *known = &graphics->known[shown->known];
    if (graphics->kind != GRAPHICS_KITTY)
        return;
    send_once(graphics, graphics_kitty_remove(known->id, shown->place));
    if (known->sent && !planned(graphics, shown->known) &&
        strlen(known->code) > GRAPHICS_PICTURE_BYTES) {
        send_once(graphics, graphics_kitty_forget(known->id));
        known->sent = false;
    }
}

const char *graphics_bytes(struct graphics *graphics, bool anew)
{
    for (int i = 0; i < graphics->n_shown; i++)
        if (anew || !find(graphics->planned, graphics->n_planned, &graphics->shown[i]))
            take_away(graphics, &graphics->shown[i]);
    if (anew)
        graphics->n_shown = 0;
    for (int i = 0; i < graphics->n_planned; i++) {
        const struct shown *there = find(graphics->shown, graphics->n_shown, &graphics->planned[i]);
        if (there)
            graphics->planned[i].place = there->place;
        else
            show(graphics, &graphics->planned[i]);
    }
    memcpy(graphics->shown, graphics->planned, sizeof graphics->shown);
    graphics->n_shown = graphics->n_planned;
    if (graphics->n == 0)
        return "";
    graphics->n = 0; /* begins anew with the next call */
    return graphics->bytes;
}

void graphics_copy(struct cells *to, const struct cells *from)
{
    for (int i = 0; i < from->n_pictures; i++)
        cells_picture(to, from->pictures[i].area, from->pictures[i].rgb, from->pictures[i].width,
            from->pictures[i].height);
    memcpy(to->cell, from->cell, /* with the marks as they are by now */
        (size_t)from->columns * (size_t)from->rows * sizeof *to->cell);
}
