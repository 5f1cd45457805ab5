package com.example.todoservice.problem;

/**
 * The body of a request that may have nothing in it that nobody expects: at most 64 KiB,
 * in UTF-8, of JSON without unknown or repeated properties and without a value of another
 * type. The class that a controller takes as its {@code @RequestBody} says so by
 * implementing this; the bodies of other controllers are read as Spring does by default.
 */
public interface StrictBody {

}
