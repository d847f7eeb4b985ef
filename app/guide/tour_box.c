/* A frame with the step's title and text; without a frame where there is no room for one. */
#include "app/guide/tour_box.h"

#include "app/guide/tour.h"
#include "app/screen/frame.h"

void tour_box_draw(const struct ui *ui, const struct pane *pane)
{
    char title[96];
    tour_title(ui, title, sizeof title);
    bool framed = pane->rows >= 5;
    struct pane inside = *pane;
    if (framed) {
        frame_draw(pane, title, "", true);
        inside = pane_part(pane, (struct area){2, 1, pane->columns - 4, pane->rows - 2});
    }
    pane_paragraph(&inside, 0, inside.rows, ROLE_TEXT, ui->touring.text);
}
