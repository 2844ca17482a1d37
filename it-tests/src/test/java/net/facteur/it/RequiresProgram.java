package net.facteur.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks tests that need programs of others. Where one is missing, a line says what to install and
/// the test is not run; where the environment has `CI=true`, it fails.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("peer")
@ExtendWith(ProgramCondition.class)
@interface RequiresProgram {
  Program[] value();
}
