package net.facteur.auth.dns;

/// Where a service is (RFC 2782).
public record SrvRecord(int priority, int weight, int port, DomainName target) {}
