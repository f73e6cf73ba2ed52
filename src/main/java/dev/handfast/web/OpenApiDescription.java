package dev.handfast.web;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the OpenAPI document says of the API as a whole. */
@Configuration(proxyBeanMethods = false)
class OpenApiDescription {

  private static final String PROBLEM = "Problem";

  static {
    SpringDocUtils.getConfig().addRequestWrapperToIgnore(PageRequest.class);
  }

  @Bean
  OpenAPI openApi(ObjectProvider<BuildProperties> build) {
    BuildProperties properties = build.getIfAvailable();
    String version = properties == null ? null : properties.getVersion();
    return new OpenAPI()
        .info(
            new Info()
                .title("Handfast")
                .version(version == null ? "development" : version)
                .description(
                    "Manages the channels of a TLS gateway, and answers what happened in every"
                        + " handshake.")
                .license(
                    new License()
                        .name("Apache-2.0")
                        .url("https://www.apache.org/licenses/LICENSE-2.0")))
        .components(
            new Components()
                .addSecuritySchemes(
                    "basic", new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("basic"))
                .addSecuritySchemes(
                    "bearer", new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"))
                .addSchemas(PROBLEM, problemSchema()))
        .addSecurityItem(new SecurityRequirement().addList("basic"))
        .addSecurityItem(new SecurityRequirement().addList("bearer"));
  }

  @Bean
  OperationCustomizer pagingAndProblems() {
    return (operation, handler) -> {
      for (var parameter : handler.getMethodParameters()) {
        if (parameter.getParameterType() == PageRequest.class && !isPaged(operation)) {
          operation.addParametersItem(
              query("limit", "How many items the page holds at most")
                  .schema(
                      new IntegerSchema()
                          .minimum(java.math.BigDecimal.ONE)
                          .maximum(java.math.BigDecimal.valueOf(500))
                          ._default(50)));
          operation.addParametersItem(
              query("cursor", "The nextCursor of the page before").schema(new StringSchema()));
        }
      }
      operation
          .getResponses()
          .addApiResponse(
              "default",
              new ApiResponse()
                  .description("Problem details (RFC 9457)")
                  .content(
                      new Content()
                          .addMediaType(
                              "application/problem+json",
                              new MediaType()
                                  .schema(
                                      new Schema<>().$ref("#/components/schemas/" + PROBLEM)))));
      return operation;
    };
  }

  private static boolean isPaged(Operation operation) {
    return operation.getParameters() != null
        && operation.getParameters().stream().anyMatch(it -> "limit".equals(it.getName()));
  }

  private static Parameter query(String name, String description) {
    return new Parameter().in("query").name(name).required(false).description(description);
  }

  private static Schema<?> problemSchema() {
    return new ObjectSchema()
        .addProperty(
            "type", new StringSchema().description("Stable: urn:handfast:problem:not-found, …"))
        .addProperty("title", new StringSchema())
        .addProperty("status", new IntegerSchema())
        .addProperty("detail", new StringSchema())
        .addProperty("instance", new StringSchema())
        .addProperty(
            "violations",
            new io.swagger.v3.oas.models.media.ArraySchema()
                .items(
                    new ObjectSchema()
                        .addProperty("field", new StringSchema())
                        .addProperty("message", new StringSchema())));
  }
}
