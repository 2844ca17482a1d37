package net.facteur.server.web;

/// By which kind of listener a request came.
public enum Scheme {
  HTTP,
  HTTPS
}
