/**
 * How a failure is told: what, why and the cure, safe to print.
 */
package com.example.certs.problem;
