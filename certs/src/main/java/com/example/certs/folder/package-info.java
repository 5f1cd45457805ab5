/**
 * The PEM files: read in every form, written so that they appear whole or not at all,
 * listed, and kept usable.
 */
package com.example.certs.folder;
