/**
 * The commands, one small file for each, and their options. They print; what they do
 * stands in {@code folder} and {@code issue}.
 */
package com.example.certs.command;
