/* What the application remembers of playback, the next step, the welcome and the tour: app/guide.
 * Owner: struct ui. Thread: the UI's. */
#ifndef SECATEUR_APP_COMMANDS_UI_GUIDE_H
#define SECATEUR_APP_COMMANDS_UI_GUIDE_H

#include <stdbool.h>

struct next_step;

struct guiding {
    double speed;                 /* of runs, as it was asked for last; 0: as fast as they go */
    bool told;                    /* the engine knows it */
    double play_due;              /* when view_state.playing shows the next round, by the clock */
    int dragged;                  /* view along which the pointer is dragged, -1: none */
    const struct next_step *step; /* the state that was seen last, NULL: none */
};

enum welcome { WELCOME_COMES, WELCOME_SHOWS, WELCOME_OVER };

struct welcoming {
    bool wanted; /* a setting */
    enum welcome state;
    double until; /* seconds of the clock, while it shows */
};

enum { TOURING_TEXT = 640 };

struct touring {
    bool wanted; /* begins once the demo is measured */
    int first;   /* with this step */
    bool on, paused;
    bool strayed; /* somebody tried something meanwhile */
    bool waits;   /* for the engine, or for rounds that play: nothing is due by time */
    int step;
    char text[TOURING_TEXT]; /* of the step, with the numbers of its beginning */
    const char *lines;       /* commands of the step that were not run yet */
    const char *then;        /* those behind them, NULL: none */
    double speed;            /* of runs, as it was before */
    double until;            /* the step was read, by the clock; paused: seconds that are left */
};

#endif
