// SPDX-License-Identifier: Apache-2.0
// A result as an HTML table that sits quietly in light and dark pages.
#pragma once

#include "kernel/jupyter/display/bundle.h"

// Everything from data is escaped. Colours are the page's own (JupyterLab's and VS Code's CSS
// variables); the style is confined to this output by a class made from the result's id.
void html_append_table(const BundleView *view, Text *out);
// A progress bar with words below it; fraction < 0 is unknown.
void html_append_progress(double fraction, Slice words, Text *out);
