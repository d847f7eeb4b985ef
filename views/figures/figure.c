/* From a request to files: every format, the table and the LaTeX text, all or nothing. */
#include "views/figures/figure.h"

#include "engine/base/atomic_write.h"
#include "engine/base/escape.h"
#include "engine/base/memory.h"
#include "views/charts/plot_legend.h"
#include "views/facts/branches.h"
#include "views/figures/exports.h"
#include "views/files/file.h"
#include "views/files/png.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool figure_measured(const struct figure *figure, struct error *err)
{
    if (figure->snapshot->n_rounds > 0)
        return true;
    return fail_as(err, ERROR_FAILED, "nothing is measured yet");
}

void figure_name(struct figure *figure, const char *kind, const char *format, ...)
{
    const struct snapshot *s = figure->snapshot;
    char rest[64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(rest, sizeof rest, format, arguments);
    va_end(arguments);
    bool known = s->site >= 0 && s->site < s->n_sites;
    char part[KNOWLEDGE_TEXT];
    const struct knowledge all = metadata_known(s, figure->view_state);
    knowledge_file_part(&all, part);
    file_stem(figure->stem, sizeof figure->stem, "%s_%.48s_%.64s%s%s", kind,
        known ? s->sites[s->site].name : "layer",
        *part          ? part
        : s->criterion ? s->criterion
                       : "order",
        s->descending ? "_descending" : "", rest);
}

void figure_tell(struct figure *figure, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(figure->caption, sizeof figure->caption, format, arguments);
    va_end(arguments);
    size_t used = strlen(figure->caption);
    if (figure->snapshot->attacked.surrogate)
        snprintf(figure->caption + used, sizeof figure->caption - used,
            " Poisoned images are a surrogate: clean images with an inverted trigger.");
    metadata_fill(&figure->metadata, figure->request, figure->caption);
}

double figure_width(const struct figure *figure)
{
    return figure->paper.width / figure->paper.scale;
}

double figure_plot_height(const struct figure *figure, double below)
{
    double height = figure->paper.aspect * figure_width(figure);
    return figure->paper.scale > 1 ? height : height + below; /* a slide is as high as it is */
}

double figure_legend_height(const struct figure *figure, const struct plot *plot)
{
    const struct metadata none = {.n = 0};
    struct paper paper = figure->paper;
    struct error err;
    paper.screen = NULL;
    paper.title = NULL;
    struct canvas *canvas = canvas_paper_create(CANVAS_PNG, &paper, 1, &none, &err);
    if (!canvas)
        return figure_plot_height(figure, 0);
    double below = 1.1 * plot_legend_lines(canvas, plot, canvas->width - 8) * canvas->line;
    canvas_destroy(canvas);
    return figure_plot_height(figure, below);
}

/* The kept net where the round is one, of the largest threshold. */
static void name_net(struct figure *f)
{
    const struct snapshot *s = f->snapshot;
    bool unpruned = f->round == 0 && snapshot_base(s) == 0;
    snprintf(f->net, sizeof f->net, "%s", unpruned ? "B" : "B′");
    for (int i = 0; i < s->n_thresholds && !unpruned; i++)
        if (s->thresholds[i].round == f->round)
            snprintf(f->net, sizeof f->net, "B′(%g)", s->thresholds[i].points);
}

void figure_pruned(const struct figure *f, char *text, int size)
{
    int n = f->round + snapshot_base(f->snapshot);
    if (n == 0)
        snprintf(text, (size_t)size, "the unpruned net");
    else if (branches_repair(f->snapshot))
        snprintf(text, (size_t)size, "the net of round %d of its repair", f->round);
    else
        snprintf(text, (size_t)size, "the net with %d channel%s pruned", n, n == 1 ? "" : "s");
}

/* "B′(10), 51 pruned: ", in front: what has no room is cut at the end. */
static void add_net(struct figure *f)
{
    const struct snapshot *s = f->snapshot;
    bool repair = branches_repair(s) != NULL;
    if (s->n_rounds > 0)
        snprintf(f->under, sizeof f->under,
            repair ? "%s, repair round %d: " : "%s, %d pruned: ", f->net,
            repair ? f->round : f->round + snapshot_base(s));
}

/* Which of a file's nets is shown, the file, what is pruned in it. */
static void add_title(struct figure *f, const struct export *export)
{
    const struct snapshot *s = f->snapshot;
    bool known = s->site >= 0 && s->site < s->n_sites && export->of != EXPORT_MODEL;
    bool chosen = s->criterion && export->of != EXPORT_MODEL;
    if (export->of == EXPORT_NET)
        add_net(f);
    size_t used = strlen(f->under);
    snprintf(f->under + used, sizeof f->under - used, "%s%s%s%s%s",
        s->model_name ? s->model_name : "", known ? ", " : "", known ? s->sites[s->site].name : "",
        chosen ? " by " : "", chosen ? s->criterion : "");
    f->paper.title = export->title ? export->title : export->name;
    f->paper.under = *f->under ? f->under : NULL;
}

/* Size, letters, title. */
static bool lay_out(struct figure *f, const struct export *export, struct error *err)
{
    if (!canvas_paper_size(f->request->size, &f->paper, err) ||
        !figure_style_read(f->request->style, &f->style, err))
        return false;
    f->paper.serif = f->style.serif;
    name_net(f);
    if (f->style.title && !export->pixels)
        add_title(f, export);
    return true;
}

bool figure_begin(struct figure *figure, double height, struct error *err)
{
    csv_init(&figure->csv, &figure->metadata);
    if (height > 0)
        figure->canvas =
            canvas_paper_create(figure->format, &figure->paper, height, &figure->metadata, err);
    return height == 0 || figure->canvas;
}

static struct figure figure_of(const struct export_request *request, enum canvas_format format)
{
    return (struct figure){.request = request,
        .snapshot = request->snapshot,
        .view_state = request->view_state,
        .round = view_shown_round_of(request->snapshot, request->view_state),
        .format = format};
}

static void figure_finish(struct figure *figure)
{
    canvas_destroy(figure->canvas);
    csv_finish(&figure->csv);
    free(figure->rgb);
    free(figure->bytes);
}

/* Into the bytes of a file. */
static bool pack(struct figure *f, struct error *err)
{
    enum { DOTS_PER_METRE = 11811 };
    if (f->canvas)
        return canvas_paper_bytes(f->canvas, &f->bytes, &f->size, err);
    return png_pack(f->rgb, f->width, f->height, &f->bytes, &f->size, err) &&
           png_annotate(&f->bytes, &f->size, DOTS_PER_METRE, &f->metadata, err);
}

/* Everything that goes to disk together. */
struct parcel {
    struct figure figure[N_CANVAS_FORMATS]; /* table and caption of the first count */
    int n;
    char path[N_CANVAS_FORMATS][EXPORT_PATH], table[EXPORT_PATH], paper[EXPORT_PATH];
    struct csv tex;
};

static bool add_format(struct parcel *parcel, const struct export *export,
    const struct export_request *request, enum canvas_format format, struct error *err)
{
    for (int i = 0; i < parcel->n; i++)
        if (parcel->figure[i].format == format)
            return true;
    struct figure *figure = &parcel->figure[parcel->n++];
    *figure = figure_of(request, format);
    return lay_out(figure, export, err) && export->make(figure, err) && pack(figure, err);
}

/* The formats of a list, or the one that the path's ending names. */
static bool make(struct parcel *parcel, const struct export *export,
    const struct export_request *request, struct error *err)
{
    char word[8];
    const char *list = request->formats && *request->formats ? request->formats : "png";
    const char *slash = request->path ? strrchr(request->path, '/') : NULL;
    const char *dot = request->path ? strrchr(slash ? slash : request->path, '.') : NULL;
    if (request->path)
        list = dot ? dot + 1 : "png";
    if (export->pixels && !request->path)
        list = "png";
    for (const char *c = list; *c; c += *c == ',') {
        enum canvas_format format;
        int length = (int)strcspn(c, ",");
        snprintf(word, sizeof word, "%.*s", length, c);
        if (!canvas_format_find(word, &format, err))
            return false;
        if (export->pixels && format != CANVAS_PNG)
            return fail_as(
                err, ERROR_USAGE, "%s is made of pixels: only png is possible", export->name);
        if (!add_format(parcel, export, request, format, err))
            return false;
        c += length;
    }
    return true;
}

static bool find_paths(
    struct parcel *parcel, const struct export_request *request, char *path, struct error *err)
{
    const char *stem = request->stem ? request->stem : parcel->figure[0].stem;
    for (int i = 0; i < parcel->n; i++) {
        const char *extension = canvas_extension(parcel->figure[i].format);
        if (!file_path(request, stem, extension, parcel->path[i], err)) {
            snprintf(path, EXPORT_PATH, "%s", parcel->path[i]);
            return false;
        }
    }
    file_beside(parcel->path[0], "csv", parcel->table);
    file_beside(parcel->path[0], "tex", parcel->paper);
    const char *const beside[] = {parcel->table, parcel->paper, parcel->path[0]};
    for (int i = 0; i < 3; i++) {
        snprintf(path, EXPORT_PATH, "%s", beside[i]);
        if (!request->force && access(path, F_OK) == 0)
            return fail_as(err, ERROR_OUTPUT, "%s already exists; --force overwrites it", path);
    }
    return true;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* PDF first, then PNG; an SVG needs a LaTeX package. */
static int best_for_paper(const struct parcel *parcel)
{
    int best = 0;
    for (int i = 1; i < parcel->n; i++) {
        enum canvas_format format = parcel->figure[i].format;
        if (format == CANVAS_PDF || parcel->figure[best].format == CANVAS_SVG)
            best = i;
        if (format == CANVAS_PDF)
            break;
    }
    return best;
}

static void write_tex(struct parcel *parcel)
{
    const struct figure *figure = &parcel->figure[0];
    const struct metadata none = {.n = 0};
    int best = best_for_paper(parcel);
    const char *name = name_of(parcel->path[best]);
    int stem = (int)(strrchr(name, '.') ? strrchr(name, '.') - name : (long)strlen(name));
    bool svg = parcel->figure[best].format == CANVAS_SVG;
    double mm = figure->paper.width * 25.4 / 72;
    char *caption = escape_text(escape_latex, figure->caption);
    char *source = metadata_sentence(&figure->metadata);
    char *where = escape_text(escape_latex, source);
    csv_init(&parcel->tex, &none);
    csv_printf(&parcel->tex, "%% secateur %s: the numbers are in %s\n",
        figure->request->version ? figure->request->version : "", name_of(parcel->table));
    csv_printf(
        &parcel->tex, svg ? "%% needs \\usepackage{svg}; or export the figure as PDF\n" : "");
    csv_printf(&parcel->tex, "\\begin{figure}\n  \\centering\n");
    if (figure->canvas)
        csv_printf(&parcel->tex, "  \\include%s[width=%.4gmm]{%.*s%s}\n", svg ? "svg" : "graphics",
            mm, stem, name, svg ? "" : strchr(name, '.'));
    else
        csv_printf(&parcel->tex, "  \\includegraphics{%s}\n", name);
    csv_printf(&parcel->tex, "  \\caption{%s\n    %s}\n", caption, where);
    csv_printf(&parcel->tex, "  \\label{fig:%.*s}\n\\end{figure}\n", stem, name);
    free(caption);
    free(source);
    free(where);
}

static bool write_all(struct parcel *parcel, bool force, struct error *err)
{
    const struct csv *csv = &parcel->figure[0].csv;
    for (int i = 0; i < parcel->n; i++)
        if (!atomic_write(
                parcel->path[i], parcel->figure[i].bytes, parcel->figure[i].size, force, err))
            return false;
    return atomic_write(parcel->table, csv->text, csv->size, force, err) &&
           atomic_write(parcel->paper, parcel->tex.text, parcel->tex.size, force, err);
}

bool exports_write(const struct export *export, const struct export_request *request, char *path,
    struct error *err)
{
    struct parcel *parcel = memory_array(1, sizeof *parcel);
    *path = '\0';
    bool good = make(parcel, export, request, err) && find_paths(parcel, request, path, err);
    if (good) {
        write_tex(parcel);
        good = write_all(parcel, request->force, err);
    }
    for (int i = 0; i < parcel->n; i++)
        figure_finish(&parcel->figure[i]);
    csv_finish(&parcel->tex);
    free(parcel);
    return good;
}

bool exports_picture(const struct export *export, const struct export_request *request,
    struct paper_screen screen, bool letters, struct export_picture *picture, struct error *err)
{
    struct export_request wanted = *request;
    wanted.zoom = 1; /* the screen enlarges by itself */
    *picture = (struct export_picture){0};
    screen.words = letters ? &picture->words : NULL;
    struct figure figure = figure_of(&wanted, CANVAS_PNG);
    bool good = lay_out(&figure, export, err);
    figure.paper.screen = &screen;
    good = good && export->make(&figure, err);
    if (good && figure.canvas) {
        good = canvas_paper_pixels(
            figure.canvas, &picture->rgb, &picture->width, &picture->height, err);
        picture->columns = picture->width / screen.cell_width;
        picture->rows = picture->height / screen.cell_height;
    } else if (good) {
        *picture = (struct export_picture){figure.rgb, figure.width, figure.height, 0, 0, {0}};
        figure.rgb = NULL;
    }
    figure_finish(&figure);
    if (!good)
        export_picture_finish(picture);
    return good;
}

void export_picture_finish(struct export_picture *picture)
{
    free(picture->rgb);
    paper_words_finish(&picture->words);
    *picture = (struct export_picture){0};
}
