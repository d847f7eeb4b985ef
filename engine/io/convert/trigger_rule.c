/* Reads and draws the rules of triggers. */
#include "engine/io/convert/trigger_rule.h"

#include <stdlib.h>
#include <string.h>

enum { RGBA = 4, SIDE_MAX = 1 << 14 };
static const char patch[] = "patch:", frame[] = "frame:";

static const struct {
    const char *name;
    uint8_t rgb[3];
} colours[] = {{"white", {255, 255, 255}}, {"black", {0, 0, 0}}, {"grey", {128, 128, 128}},
    {"red", {255, 0, 0}}, {"green", {0, 255, 0}}, {"blue", {0, 0, 255}}, {"yellow", {255, 255, 0}}};

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

bool trigger_is_rule(const char *text)
{
    return starts(text, patch) || starts(text, frame);
}

/* A number of pixels; moves on behind it. */
static bool take_number(const char **at, int *number)
{
    char *end;
    if (**at < '0' || **at > '9')
        return false;
    long value = strtol(*at, &end, 10);
    *at = end;
    *number = value > SIDE_MAX ? SIDE_MAX : (int)value;
    return true;
}

static bool take_word(const char **at, const char *word)
{
    if (!starts(*at, word))
        return false;
    *at += strlen(word);
    return true;
}

static bool take_side(const char **at, const char *first, const char *last, int *place)
{
    *place = 0;
    if (take_word(at, first))
        return true;
    *place = PLACE_CENTER;
    if (take_word(at, "center"))
        return true;
    *place = PLACE_LAST;
    return take_word(at, last) || take_number(at, place);
}

bool trigger_place_parse(const char *text, const char **end, struct trigger_place *place)
{
    *end = text;
    return take_side(end, "left", "right", &place->x) && take_word(end, ",") &&
           take_side(end, "top", "bottom", &place->y);
}

int trigger_place_at(int place, int size, int of)
{
    if (size < 1 || size > of)
        return -1;
    int at = place == PLACE_LAST ? of - size : place == PLACE_CENTER ? (of - size) / 2 : place;
    return at <= of - size ? at : -1;
}

/* "white", "#ff0000", to the end of the text. */
static bool read_colour(const char *text, uint8_t rgb[3])
{
    enum { DIGITS = 6, HEX = 16 };
    char *end;
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        if (strcmp(text, colours[i].name) == 0) {
            memcpy(rgb, colours[i].rgb, 3);
            return true;
        }
    if (*text != '#' || strlen(text + 1) != DIGITS ||
        strspn(text + 1, "0123456789abcdefABCDEF") != DIGITS)
        return false;
    unsigned long value = strtoul(text + 1, &end, HEX);
    for (int c = 0; c < 3; c++)
        rgb[c] = (uint8_t)(value >> (16 - 8 * c));
    return true;
}

struct area {
    int x, y, width, height;
};

/* Opaque pixels of a colour in the area, but not in its inside. */
static void fill(const struct area *area, const struct area *inside, const struct shape *image,
    const uint8_t rgb[3], uint8_t *rgba)
{
    for (int y = area->y; y < area->y + area->height; y++)
        for (int x = area->x; x < area->x + area->width; x++) {
            uint8_t *to = rgba + ((size_t)y * (size_t)image->dim[1] + (size_t)x) * RGBA;
            if (x >= inside->x && x < inside->x + inside->width && y >= inside->y &&
                y < inside->y + inside->height)
                continue;
            memcpy(to, rgb, 3);
            to[3] = 255;
        }
}

static bool fail_room(const char *rule, const struct shape *image, struct error *err)
{
    return fail_as(err, ERROR_USAGE, "--trigger %s: does not fit into images of %dx%d pixels", rule,
        image->dim[1], image->dim[0]);
}

static bool draw_patch(
    const char *rule, const struct shape *image, uint8_t *rgba, bool *read, struct error *err)
{
    struct area area, none = {0};
    struct trigger_place place;
    uint8_t rgb[3];
    const char *at = rule + strlen(patch);
    *read = take_number(&at, &area.width) && take_word(&at, "x") &&
            take_number(&at, &area.height) && take_word(&at, "@") &&
            trigger_place_parse(at, &at, &place) && take_word(&at, ":") && read_colour(at, rgb);
    if (!*read)
        return false;
    area.x = trigger_place_at(place.x, area.width, image->dim[1]);
    area.y = trigger_place_at(place.y, area.height, image->dim[0]);
    if (area.x < 0 || area.y < 0)
        return fail_room(rule, image, err);
    fill(&area, &none, image, rgb, rgba);
    return true;
}

static bool draw_frame(
    const char *rule, const struct shape *image, uint8_t *rgba, bool *read, struct error *err)
{
    const struct area all = {0, 0, image->dim[1], image->dim[0]};
    int width = 0;
    uint8_t rgb[3];
    const char *at = rule + strlen(frame);
    *read = take_number(&at, &width) && take_word(&at, ":") && read_colour(at, rgb);
    if (!*read)
        return false;
    const struct area inside = {width, width, all.width - 2 * width, all.height - 2 * width};
    if (width < 1 || inside.width < 1 || inside.height < 1)
        return fail_room(rule, image, err);
    fill(&all, &inside, image, rgb, rgba);
    return true;
}

bool trigger_rule_draw(
    const char *rule, const struct shape *image, uint8_t *rgba, struct error *err)
{
    bool read = false;
    bool good = starts(rule, patch) ? draw_patch(rule, image, rgba, &read, err)
                                    : draw_frame(rule, image, rgba, &read, err);
    if (read)
        return good;
    return fail_as(err, ERROR_USAGE,
        "--trigger %s: expected patch:WIDTHxHEIGHT@X,Y:COLOUR or frame:WIDTH:COLOUR, as "
        "patch:4x4@right,bottom:white; X is left, center, right or a number, Y top, center, bottom "
        "or a number, COLOUR a name or #rrggbb",
        rule);
}
