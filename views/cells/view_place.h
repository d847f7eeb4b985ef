/* A panel's place on the dashboard, for each size of the screen. Thread: any. */
#ifndef SECATEUR_VIEWS_CELLS_VIEW_PLACE_H
#define SECATEUR_VIEWS_CELLS_VIEW_PLACE_H

enum screen_size {
    SCREEN_COMPACT,  /* below 80x24 */
    SCREEN_STANDARD, /* from 80x24 */
    SCREEN_LARGE,    /* from 100x34 */
    SCREEN_HUGE,     /* from 160x45 */
    N_SCREEN_SIZES
};

enum view_region {
    REGION_NONE,   /* not on the dashboard at this size */
    REGION_BELOW,  /* at the bottom, over the whole width */
    REGION_MAIN,   /* the left column, filled from the bottom */
    REGION_MIDDLE, /* a column of huge screens, filled from the top */
    REGION_RIGHT,  /* the right column, filled from the top */
    N_REGIONS
};

struct view_place {
    enum view_region region;
    double share;    /* of the region's rows, 0..1 */
    int least, most; /* rows, whatever the share is; most 0: all that is left */
    int room;        /* rows the region must have, else the panel is left out */
};

#endif
