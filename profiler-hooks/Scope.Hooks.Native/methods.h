// The methods that have probes, with their new code ready to be handed out: the runtime asks for it when it compiles one
// anew, on whatever thread that is. What is slow, and may be refused, is done before on the control thread.
#pragma once
#include "modules.h"
#include "probes.h"

namespace scope {

/// One method of one module.
struct ProbedMethod {
    ModuleId module;
    Token token;
    uint32_t ids[MaxProbesOfMethod];
    uint32_t count;
    uint8_t* body;      // Null while it has none, or has it no more.
    uint32_t bodyBytes;
    bool asked;         // Whether the runtime has come for it.
    Result error;       // What the runtime said of it.
};

/// The method's entry; made when there is none and it is wanted. Null when there is none, or no memory.
ProbedMethod* methodAt(ModuleId module, Token token, bool make);

/// The entries, by position; null behind the last.
ProbedMethod* methodNumber(uint32_t position);

/// Writes the code of a method's probes, whose plans are given, and makes it the one to hand out; 0, or why not.
int32_t prepare(ProfilerInfo& info, ProbedMethod& method, Plan* const* plans);

/// Takes the code of a method away: from now on it is compiled as it is.
void withdraw(ProbedMethod& method);

/// Forgets methods that have no probe.
void forgetBareMethods();

/// The runtime compiles a method anew: hands out the code that is ready, or remembers a method that it compiles only because
/// it had a probed one inlined.
void handOut(ModuleId module, Token token, FunctionControl& control);

/// The runtime could not do it.
void noteError(ModuleId module, Token token, Result error);

/// The methods that were compiled anew because they had a probed one inlined; the caller frees the lists.
uint32_t takeInliners(ModuleId*& modules, Token*& tokens);

}
