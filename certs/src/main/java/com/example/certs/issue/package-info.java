/**
 * What is signed: the CA, what a leaf says, how long it is valid, and the revocation
 * list. It knows no file.
 */
package com.example.certs.issue;
