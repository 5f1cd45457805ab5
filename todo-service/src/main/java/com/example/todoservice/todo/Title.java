package com.example.todoservice.todo;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.constraints.CodePointLength;

/**
 * The title of a todo: 1 to 200 characters (Unicode code points), not all blank, without
 * control characters and unpaired surrogates, which PostgreSQL cannot store.
 */
@NotBlank
@CodePointLength(max = 200, message = "must have at most 200 characters")
@Pattern(regexp = "[^\\p{Cc}\\p{Cs}]*", message = "must not contain control characters or broken characters")
@Constraint(validatedBy = {})
@Target({ ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT })
@Retention(RetentionPolicy.RUNTIME)
@interface Title {

	String message() default "is not a title";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

}
