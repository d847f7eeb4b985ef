/* GoodNet and detectors, asked for by hand. Thread: the session's. */
#ifndef SECATEUR_ENGINE_SESSION_MACHINE_SESSION_DETECT_H
#define SECATEUR_ENGINE_SESSION_MACHINE_SESSION_DETECT_H

#include "engine/session/machine/session_private.h"

/* Runs B and all B' over the validation sets, with number 1 over the test sets too. */
session_handler session_detect;

#endif
