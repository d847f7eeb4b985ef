/* Where pasted text goes: into the prompt, picker or help that is open, else nowhere. */
#include "app/shell/paste.h"

#include "app/commands/command_line.h"
#include "app/terminal/input.h"

static bool takes_text(const struct ui *ui)
{
    return overlay_is_open(&ui->overlay) && ui->overlay.kind->takes_text;
}

static void type_into(struct ui *ui, const struct event *event)
{
    struct overlay *overlay = &ui->overlay;
    enum edit_pasted how = edit_paste(&overlay->edit, event->text);
    if (!overlay_is_prompt(overlay))
        overlay->cursor = overlay->scroll = 0;
    if (ui->completes)
        commands_offer(ui, overlay->edit.text);
    if (how == EDIT_CUT || event->size >= INPUT_PASTE)
        ui_complain(ui, "the paste is too long: only its beginning was used");
    else if (how == EDIT_CLEANED)
        ui_say(ui, "pasted without its line breaks and control characters");
}

void paste_event(struct ui *ui, const struct event *event)
{
    if (takes_text(ui))
        type_into(ui, event);
    else
        ui_complain(ui, "a paste of %zu bytes was ignored: open a prompt first, for example with :",
            event->size);
}

static bool opens_prompt(const struct ui *ui, int key)
{
    const char *line;
    const struct action *action = keymap_find(&ui->keymap, key, views_at(ui->focus)->name, &line);
    return action && !line && action->opens_line;
}

bool paste_drops(struct ui *ui, const struct event *event)
{
    struct burst *burst = &ui->burst;
    if (!event->burst) {
        *burst = (struct burst){0};
        return false;
    }
    if (burst->dropped == 0 && (takes_text(ui) || opens_prompt(ui, event->key)))
        return false;
    burst->dropped++;
    ui_complain(ui, "%d characters came at once, like a paste, and were ignored: type : first",
        burst->dropped);
    return true;
}
