package net.facteur.auth.speed;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dkim.BodyPass;
import net.facteur.auth.dkim.BodySelection;
import net.facteur.auth.dkim.Canonicalization;
import net.facteur.auth.dkim.HashAlgorithm;
import net.facteur.auth.message.MessageBody;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Reads a body, brings it to its canonical form and hashes it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BodyHash {
  @Param({"4096", "1048576"})
  public int size;

  @Param({"SIMPLE", "RELAXED"})
  public Canonicalization.Form form;

  @Param({"TEXT", "BASE64", "FLOWED", "RAGGED"})
  public Fixture.Kind kind;

  private MessageBody body;
  private BodySelection selection;

  @Setup
  public void prepare() {
    body = MessageBody.of(Fixture.body(kind, size));
    selection = BodySelection.whole(form, HashAlgorithm.SHA256);
  }

  @Benchmark
  public byte[] hash() throws IOException {
    return new BodyPass(List.of(selection)).read(body).hash(selection);
  }
}
