// The thread that does what the agent asks for, outside of every callback and of every thread of the application.
#pragma once
#include "corprof_info.h"

namespace scope {

/// Starts the thread; an error, or 0. It waits for openControl.
int32_t startControl(ProfilerInfo* info, uint32_t silenceMillis);

/// The attach is complete: from here on the thread takes commands and counts silence.
void openControl();

/// The runtime has let us go: waits for the thread, which is on its last lines, and answers the command that led here.
void endControl();

/// The process ends: from here on the thread calls nothing in the runtime any more. Waits for a call that is under way.
void silenceControl();

/// Around a call into the runtime that the process's end must not overtake: once it has begun, none is allowed.
class RuntimeCall {
public:
    RuntimeCall();
    ~RuntimeCall();
    RuntimeCall(const RuntimeCall&) = delete;
    RuntimeCall& operator=(const RuntimeCall&) = delete;
    bool allowed() const;
};

}
