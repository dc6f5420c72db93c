// The shared memory of the native part: made at attach, the handshake written into it, gone after detach.
#pragma once
#include "clock.h"
#include "wire_probes.h"

namespace scope {

/// The region; null as long as there is none.
extern RegionHeader* region;

/// A ring of the region, by an index that it has.
RingHeader* ringAt(uint32_t index);

/// What stands behind the rings.
ProbeArea* probeArea();

/// How many rings the region has, and how many records each holds.
uint32_t ringCount();
uint32_t slotCount();

/// Makes the region of an attach, with its handshake still to come; an error, or 0.
int32_t makeRegion(const NativeAttach& attach);

/// Writes the handshake: the agent may take the region for ready from now on.
void writeHandshake(uint64_t nonce);

/// Gives the memory back. An agent that has it mapped keeps its own view of the last state.
void dropRegion();

}
