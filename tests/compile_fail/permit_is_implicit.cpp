// A semaphore doesn't turn into a permit by itself: acquiring may wait, and is written out.
// Refused: conversion from|no viable conversion
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

void use(signalbox::semaphore& semaphore)
{
#ifdef MISUSE
    const signalbox::permit<signalbox::semaphore> kept = semaphore;
#else
    const signalbox::permit<signalbox::semaphore> kept{semaphore};
#endif
}
