/**
 * The PEM files: read in every form, written so that they appear whole or not at all,
 * listed, and kept usable.
 */
@NullMarked
package com.example.certs.folder;

import org.jspecify.annotations.NullMarked;
