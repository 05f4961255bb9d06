// SPDX-License-Identifier: Apache-2.0
// The sink that hands rows to a RowSink as they come: in order, one thread at a time.
//
// The lowest morsel under way is handed on directly; threads on later morsels keep their rows until
// it is their turn, and wait when they hold too many. The lowest morsel always has a thread that
// does not wait, because threads take morsels in ascending order.
#pragma once

#include "kernel/exec/pipeline/pipeline.h"

Operator *deliver_sink_new(Run *run, const PhysNode *node, RowSink *to);
