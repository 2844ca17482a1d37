package net.facteur.server.web;

/// What a request may ask of a route. Where GET is answered, HEAD is too.
public enum Method {
  GET,
  POST
}
